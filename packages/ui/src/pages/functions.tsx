/** The page "functions": where the time of goroutines went, by the function that they began with; then one of these. */
import { type FunctionSort, formatCount } from '@unhang/core'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import type { FunctionRow } from '../protocol/functions.ts'
import { NAME_LIMIT } from '../state/functions-url.ts'
import { traceIndexOf } from '../state/store.ts'
import { counted, functionText, printable, stuckText } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { FunctionPanel } from './function-panel.tsx'
import { goFunctions, pagesOf } from './function-steps.ts'
import { Nothing, Numbers, scopeOfPage } from './numbers.tsx'
import { ShareBar, timeColumns, totalColumn } from './spent-columns.tsx'
import { type GridColumn, SpentGrid } from './spent-grid.tsx'
import { StuckMark } from './stuck-mark.tsx'
import { TypedField } from './typed-field.tsx'

export function Functions() {
  const { store } = useContext(SessionContext)
  const { open } = store.place.value.functions
  // Who goes from one table to the other by keys goes on there by keys.
  const before = useRef(open)
  const takesFocus = before.current !== open
  useEffect(() => {
    before.current = open
  }, [open])
  return (
    <Numbers name="functions" about="where goroutines spent their time">
      {open === undefined ? (
        <FunctionTable takesFocus={takesFocus} />
      ) : (
        <FunctionPanel key={open} name={open} takesFocus={takesFocus} />
      )}
    </Numbers>
  )
}

const NAME: GridColumn<FunctionSort, FunctionRow> = {
  name: 'name',
  title: 'function',
  hint: 'that goroutines began with',
  sort: 'name',
  falls: false,
  width: 18,
  grows: true,
  cell: ({ name, stuck, goroutines }) => (
    <>
      {stuck > 0 ? <StuckMark words={stuckText(stuck, goroutines)} /> : null}
      {name === '' ? (
        <span class="dim">unknown</span>
      ) : (
        <span class={stuck > 0 ? 'code spent-name stuck' : 'code spent-name'} title={printable(name)}>
          {functionText(name)}
        </span>
      )}
    </>
  ),
}
const COUNT: GridColumn<FunctionSort, FunctionRow> = {
  name: 'goroutines',
  title: 'goroutines',
  hint: 'how many',
  sort: 'goroutines',
  falls: true,
  width: 6.5,
  cell: ({ goroutines }) => formatCount(goroutines),
}
const BAR: GridColumn<FunctionSort, FunctionRow> = {
  name: 'bar',
  title: 'where it went',
  hint: 'running, runnable, waiting, in a syscall',
  sort: undefined,
  falls: false,
  width: 10,
  cell: row => <ShareBar row={row} />,
}

/** Part of a name, typed: the table follows. */
function NameField({ name }: { readonly name: string }) {
  const session = useContext(SessionContext)
  return (
    <TypedField
      name="name"
      label="keep the functions with this in their name"
      hint="part of a name"
      value={name}
      isFirst={true}
      limit={NAME_LIMIT}
      listSelector=".spent-grid"
      onText={(text, way) => {
        const { functions } = session.store.place.peek()
        if (functions.name === text) return false
        session.go({ functions: { ...functions, name: text } }, way)
        return true
      }}
    />
  )
}

function FunctionTable(props: { readonly takesFocus: boolean }) {
  const [takesFocus] = useState(props.takesFocus)
  const session = useContext(SessionContext)
  const { store } = session
  const { name, sort } = store.place.value.functions
  const [part, setPart] = useState(pagesOf(0, 0))
  const scope = scopeOfPage(store)
  const asked = { trace: traceIndexOf(store), scope, name, sort: sort.column, isReversed: sort.isReversed }
  const { answer, error, isOld } = useAsked('spentFunctions', { ...asked, ...part }, store.answered.value)
  if (error !== undefined) return <Nothing title={error} />
  if (!answer) return null
  if (answer.all === 0) return <Nothing title="No goroutine was there in this range." />
  const { rows, from, columns } = answer
  return (
    <div class={isOld ? 'spent old' : 'spent'} aria-busy={isOld}>
      <div class="spent-tools">
        <NameField name={name} />
        <p role="status">
          {answer.length < answer.all ? `${formatCount(answer.length)} of ` : ''}
          {counted(answer.all, 'function')}, {counted(answer.goroutines, 'goroutine')}
          {answer.length > 0 ? <span class="dim"> – open one to see its goroutines</span> : null}
        </p>
      </div>
      {answer.length === 0 ? (
        <Nothing title={`No function here has “${printable(name, 60)}” in its name.`} />
      ) : (
        <SpentGrid
          label="functions"
          columns={[NAME, COUNT, totalColumn<FunctionRow>(), BAR, ...timeColumns<FunctionRow>(columns)]}
          length={answer.length}
          list={JSON.stringify([asked.trace, name, asked.sort, asked.isReversed])}
          sort={sort}
          takesFocus={takesFocus}
          rowAt={index => rows[index - from]}
          onSort={to => goFunctions(session, { sort: to })}
          onOpen={({ name }) => goFunctions(session, { open: name, stays: undefined })}
          onSeen={(first, last) => setPart(pagesOf(first, last))}
        />
      )}
    </div>
  )
}
