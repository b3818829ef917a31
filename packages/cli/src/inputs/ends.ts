/** Inputs of a client and of its server, where the user says which is which: each keeps its role, in the order given. */
import type { Role } from '@unhang/core'
import { type Input, type OpenOptions, openInputs, type Remark } from './open.ts'

export type OpenedEnds = { readonly inputs: readonly Input[]; readonly roles: readonly (Role | undefined)[] }

/** `names` are all of them; those that are in one of the ends have its role. */
export async function openEnds(
  names: readonly string[],
  ends: { readonly client: readonly string[]; readonly server: readonly string[] } | undefined,
  options: OpenOptions,
  remark: Remark,
): Promise<OpenedEnds> {
  if (!ends) return { inputs: await openInputs(names, options, remark), roles: [] }
  const inputs: Input[] = []
  const roles: (Role | undefined)[] = []
  const neither = names.filter(name => !ends.client.includes(name) && !ends.server.includes(name))
  const parts = [
    { role: undefined, named: neither },
    { role: 'server' as const, named: ends.server },
    { role: 'client' as const, named: ends.client },
  ]
  for (const { role, named } of parts) {
    if (named.length === 0) continue
    for (const input of await openInputs(named, options, remark)) {
      inputs.push(input)
      roles.push(role)
    }
  }
  return { inputs, roles }
}
