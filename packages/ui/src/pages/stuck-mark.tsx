/** The mark before the name of what the answer says is stuck, as the timeline has it; the words are told and pointed at. */
export function StuckMark({ words }: { readonly words: string }) {
  return (
    <span class="stuck-word stuck-mark" role="img" aria-label={words} title={words}>
      !
    </span>
  )
}
