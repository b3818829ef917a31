/** `unhang tasks FILE` and `unhang regions FILE`: what a program's own tasks and regions took, and which never ended. */
import { regionsReport, requireRegions, requireTasks, taskRowOf, taskStory, tasksReport } from '@unhang/core'
import type { Output } from '../print/output.ts'
import { regionsText } from '../print/regions.ts'
import { storyText } from '../print/task-story.ts'
import { tasksText } from '../print/tasks.ts'
import { complaining, openTrace, scopeIn } from './one-trace.ts'
import type { ExitCode, RegionsPlan, TasksPlan } from './plan.ts'

export async function runTasks(plan: TasksPlan, output: Output): Promise<ExitCode> {
  const { name, trace } = await openTrace(plan.input, output)
  const { task, filter } = plan
  // The background has a story where a program has regions or logs, but no task.
  if (task !== 0) complaining(() => requireTasks(trace))
  if (task !== undefined) {
    const story = taskStory(
      trace,
      complaining(() => taskRowOf(trace, task)),
    )
    output.data(plan.json ? json(story) : storyText(trace.durationNs, story, output.colors))
    return 0
  }
  const scope = scopeIn(trace, plan.scope)
  const report = complaining(() => tasksReport(trace, scope, filter))
  output.data(plan.json ? json(report) : tasksText({ name, trace, report, filter }, output.colors))
  return 0
}

export async function runRegions(plan: RegionsPlan, output: Output): Promise<ExitCode> {
  const { name, trace } = await openTrace(plan.input, output)
  const { filter } = plan
  complaining(() => requireRegions(trace))
  const scope = scopeIn(trace, plan.scope)
  const report = complaining(() => regionsReport(trace, scope, filter))
  output.data(plan.json ? json(report) : regionsText({ name, trace, report, filter }, output.colors))
  return 0
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 1)}\n`
}
