/** The name of a function in a profile: a step to its callers and callees. */
import { useContext } from 'preact/hooks'
import { format } from '../state/url.ts'
import { functionText, printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { StepLink } from './links.tsx'
import { goProfiles } from './profile-place.ts'

/** `unknown` stands for one without a name, which leads nowhere. */
export function ProfileLink({ name, unknown }: { readonly name: string; readonly unknown: string }) {
  const session = useContext(SessionContext)
  if (name === '') return <span class="dim">{unknown}</span>
  const place = session.store.place.value
  return (
    <StepLink
      href={format({ ...place, profiles: { ...place.profiles, at: name } })}
      title={printable(name, 1000)}
      onGo={() => goProfiles(session, { at: name })}
    >
      <span class="code">{functionText(name)}</span>
    </StepLink>
  )
}
