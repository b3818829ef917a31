/** In a report: of when it is, for what it shows stays as it was then. */
import { useContext } from 'preact/hooks'
import { printable } from '../words.ts'
import { SessionContext } from './context.ts'

export function ReportNote() {
  const { store } = useContext(SessionContext)
  const report = store.report.value
  if (!report) return null
  const { title, writtenMs, version } = report
  return (
    <span
      class="report-note"
      title={`written by unhang ${printable(version, 40)}; lines of source and answer are of then, and no server is asked anything`}
    >
      {title === '' ? null : <strong>{printable(title)}</strong>} report of {dayText(writtenMs)}
    </span>
  )
}

/** "30 Nov 2026, 18:40", where the reader is. */
function dayText(ms: number): string {
  if (!Number.isFinite(ms)) return 'an unknown day'
  return new Date(ms).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
}
