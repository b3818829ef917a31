/** The name of a function, or a line of it, in a profile: a step to its callers and callees. */
import { useContext } from 'preact/hooks'
import type { NamedPlace } from '../protocol/profiles.ts'
import { format } from '../state/url.ts'
import { functionText, placeText } from '../words.ts'
import { SessionContext } from './context.ts'
import { StepLink } from './links.tsx'
import { atPlace, goProfiles, titleOf } from './profile-place.ts'

/** `unknown` stands for one without a name, which leads nowhere. */
export function ProfileLink({ at, unknown }: { readonly at: NamedPlace; readonly unknown: string }) {
  const session = useContext(SessionContext)
  if (at.name === '') return <span class="dim">{unknown}</span>
  const place = session.store.place.value
  return (
    <StepLink
      href={format({ ...place, profiles: { ...place.profiles, ...atPlace(at) } })}
      title={titleOf(at)}
      onGo={() => goProfiles(session, atPlace(at))}
    >
      {at.line === 0 ? (
        <span class="code">{functionText(at.name)}</span>
      ) : (
        <span class="line-link">
          <span class="code">{functionText(at.name)}</span> <span class="code">{placeText(at)}</span>
        </span>
      )}
    </StepLink>
  )
}
