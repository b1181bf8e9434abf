import { type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { uiWords } from '../../ui/words.ts'
import { appWords } from './app-words.ts'
import { faultOf, useAppChange } from './change-app.ts'

/** A name and an address are enough. */
export function NewApp({ onMade }: { onMade: (slug: string) => void }): ReactNode {
  const say = useWords(appWords)
  const sayUi = useWords(uiWords)
  const [slug, setSlug] = useState('')
  const [url, setUrl] = useState('http://localhost:3000')
  const make = useAppChange()
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate({ slug: slug.trim(), change: { url } }, { onSuccess: () => onMade(slug.trim()) })
      }}
    >
      <Field label={say('slug')} hint={say('slugHint')} error={faultOf(make.error, 'slug')}>
        {(control) => (
          <TextInput
            {...control}
            dir="ltr"
            required
            pattern="[a-z0-9][a-z0-9\-]{1,49}"
            value={slug}
            onChange={(event) => setSlug(event.target.value)}
          />
        )}
      </Field>
      <Field label={say('listens')} hint={say('listensHint')} error={faultOf(make.error, 'url')}>
        {(control) => (
          <TextInput {...control} dir="ltr" value={url} onChange={(event) => setUrl(event.target.value)} />
        )}
      </Field>
      {make.isError && (
        <p role="alert" className="text-sm text-bad">
          {failureWords(sayUi, make.error)}
        </p>
      )}
      <Button kind="main" type="submit" busy={make.isPending}>
        {say('make')}
      </Button>
    </form>
  )
}
