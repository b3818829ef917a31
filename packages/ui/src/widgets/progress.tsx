/** A bar of bytes with its words beside it; the place for both is there from the begin, so that nothing jumps. */

export type ProgressBarProps = {
  readonly label: string
  readonly text: string
  /** 0 … 1; undefined: under way, and nobody knows how far. */
  readonly share: number | undefined
}

export function ProgressBar({ label, text, share }: ProgressBarProps) {
  const percent = share === undefined ? undefined : Math.round(Math.max(0, Math.min(1, share)) * 100)
  return (
    <div class="progress-row">
      <span class="progress-label">{label}</span>
      <div
        class={percent === undefined ? 'progress busy' : 'progress'}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
      >
        <div class="progress-done" style={{ width: `${percent ?? 100}%` }} />
      </div>
      <span class="progress-text">{text}</span>
    </div>
  )
}
