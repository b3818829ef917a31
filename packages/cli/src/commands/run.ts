/** Does what a plan says. Each command's code, and what it needs of the core, is loaded only when it is asked for. */
import type { Output } from '../print/output.ts'
import type { ExitCode, Plan } from './plan.ts'

/** Throws `Complaint` for what cannot be read or reached. `version` is that of unhang, for manifests. */
export async function run(plan: Plan, output: Output, version: string): Promise<ExitCode> {
  switch (plan.command) {
    case 'ask':
      return (await import('./ask.ts')).ask(plan, output, version)
    case 'capture':
      return (await import('./capture.ts')).runCapture(plan, output, version)
    case 'diagnose':
      return (await import('./diagnose.ts')).runDiagnose(plan, output, version)
    case 'view':
      return (await import('./view.ts')).runView(plan, output, version)
    case 'report':
      return (await import('./report.ts')).runReport(plan, output, version)
    case 'summary':
      return (await import('./summary.ts')).runSummary(plan, output)
    case 'functions':
      return (await import('./functions.ts')).runFunctions(plan, output)
    case 'goroutines':
      return (await import('./goroutines.ts')).runGoroutines(plan, output)
    case 'profile':
      return (await import('./profile.ts')).runProfile(plan, output)
    case 'tasks':
      return (await import('./tasks.ts')).runTasks(plan, output)
    case 'regions':
      return (await import('./tasks.ts')).runRegions(plan, output)
    case 'mmu':
      return (await import('./mmu.ts')).runMmu(plan, output)
    case 'dump':
      return (await import('./dump.ts')).runDump(plan, output)
    case 'diff':
      return (await import('./diff.ts')).runDiff(plan, output)
    case 'watch':
      return (await import('./watch.ts')).runWatch(plan, output, version)
    case 'demo':
      return (await import('./demo.ts')).runDemo(plan, output, version)
  }
}
