/** Where a table has nothing to tell: an empty cell would be searched for what is missing. */
export function Dash() {
  return <span class="dim">–</span>
}
