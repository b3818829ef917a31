/** A text field with a list of what may be meant, by the pattern "combobox with listbox popup" of the ARIA practices. */

import type { ComponentChildren, RefObject } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'

export type Choice = { readonly key: string; readonly text: string; readonly note: string; readonly mark?: string }

export type ComboboxProps = {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly choices: readonly Choice[]
  /** Said above the list: what is wrong with the text, how many there are. */
  readonly message?: ComponentChildren
  readonly isInvalid?: boolean
  readonly inputRef: RefObject<HTMLInputElement | null>
  onText(text: string, caret: number): void
  onChoose(index: number): void
  /** Enter without a choice. */
  onEnter?(): void
  /** Escape where no list is open. */
  onEscape?(): void
  onFocus?(): void
  onBlur?(): void
}

export function Combobox(props: ComboboxProps) {
  const { choices } = props
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const listRef = useRef<HTMLDivElement>(null)
  const isShown = isOpen && choices.length > 0
  const at = isShown ? Math.min(active, choices.length - 1) : -1

  const choose = (index: number) => {
    setActive(-1)
    props.onChoose(index)
  }
  const move = (to: number) => {
    const next = (to + choices.length) % choices.length
    setOpen(true)
    setActive(next)
    listRef.current?.children[next]?.scrollIntoView({ block: 'nearest' })
  }
  const press = (event: KeyboardEvent) => {
    if (event.isComposing) return
    // As in a shell; without a choice Tab leaves the field, as everywhere.
    if (event.key === 'Tab' && at >= 0 && !event.shiftKey) choose(at)
    else if (event.key === 'ArrowDown' && choices.length > 0) move(at + 1)
    else if (event.key === 'ArrowUp' && choices.length > 0) move(at < 0 ? -1 : at - 1)
    else if (event.key === 'Enter') {
      if (at >= 0) choose(at)
      else props.onEnter?.()
      if (at < 0) setOpen(false)
    } else if (event.key === 'Escape' && isShown) setOpen(false)
    else if (event.key === 'Escape') props.onEscape?.()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div class="combobox">
      <input
        ref={props.inputRef}
        type="text"
        role="combobox"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        aria-label={props.label}
        aria-expanded={isShown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        aria-invalid={props.isInvalid ?? false}
        aria-describedby={props.message === undefined ? undefined : `${id}-message`}
        placeholder={props.placeholder}
        value={props.value}
        onInput={event => {
          setOpen(true)
          setActive(-1)
          const { value, selectionStart } = event.currentTarget
          props.onText(value, selectionStart ?? value.length)
        }}
        onKeyDown={press}
        onFocus={() => {
          setOpen(true)
          props.onFocus?.()
        }}
        onBlur={() => {
          setOpen(false)
          props.onBlur?.()
        }}
      />
      <div class="popup" hidden={!(isOpen && (choices.length > 0 || props.message !== undefined))}>
        <div id={`${id}-message`} class="popup-message">
          {props.message}
        </div>
        <div
          id={`${id}-list`}
          ref={listRef}
          role="listbox"
          tabIndex={-1}
          aria-label={`${props.label}: choices`}
          hidden={!isShown}
        >
          {choices.map((choice, i) => (
            <Option key={choice.key} id={`${id}-${i}`} choice={choice} isActive={i === at} onChoose={() => choose(i)} />
          ))}
        </div>
      </div>
    </div>
  )
}

type OptionProps = {
  readonly id: string
  readonly choice: Choice
  readonly isActive: boolean
  onChoose(): void
}

function Option({ id, choice, isActive, onChoose }: OptionProps) {
  return (
    // The field keeps the focus and its keys; a pointer chooses before the field would lose it.
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      onPointerDown={event => {
        event.preventDefault()
        onChoose()
      }}
    >
      {choice.mark === undefined ? null : <span class="option-mark">{choice.mark}</span>}
      <span class="option-text code">{choice.text}</span>
      <span class="option-note">{choice.note}</span>
    </div>
  )
}
