import { LocateFixed } from 'lucide-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { usePerson } from '../person-scope.tsx'
import { readDegrees } from './read-degrees.ts'
import { attachWords } from './words.ts'

const TIMEOUT_MS = 10_000

export interface AttachDialogProps {
  conversationId: string
  onClose: () => void
}

/** A place: the one that the browser tells, or one written by hand. */
export function PlaceDialog({ conversationId, onClose }: AttachDialogProps): ReactNode {
  const say = useWords(attachWords)
  const { sender } = usePerson()
  const [latitude, setLatitude] = useState('')
  const [longitude, setLongitude] = useState('')
  const [isAsked, setAsked] = useState(false)
  const [finding, setFinding] = useState<'no' | 'yes' | 'denied'>('no')
  const place = { latitude: readDegrees(latitude, 90), longitude: readDegrees(longitude, 180) }

  const find = (): void => {
    setFinding('yes')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setLatitude(String(coords.latitude))
        setLongitude(String(coords.longitude))
        setFinding('no')
      },
      () => setFinding('denied'),
      { timeout: TIMEOUT_MS },
    )
  }
  const send = (event: FormEvent): void => {
    event.preventDefault()
    setAsked(true)
    if (place.latitude === null || place.longitude === null) return
    sender.send(conversationId, { location: { latitude: place.latitude, longitude: place.longitude } })
    onClose()
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={say('place.title')}>
      <form onSubmit={send} className="grid gap-4" noValidate>
        <Button
          icon={<LocateFixed aria-hidden="true" className="size-4" />}
          busy={finding === 'yes'}
          onClick={find}
        >
          {finding === 'yes' ? say('place.finding') : say('place.here')}
        </Button>
        {finding === 'denied' && (
          <p role="alert" className="text-sm text-warn">
            {say('place.denied')}
          </p>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={say('place.latitude')}
            error={isAsked && place.latitude === null ? say('place.latitudeWrong') : undefined}
          >
            {(control) => (
              <TextInput
                {...control}
                dir="ltr"
                inputMode="decimal"
                value={latitude}
                onChange={({ target }) => setLatitude(target.value)}
              />
            )}
          </Field>
          <Field
            label={say('place.longitude')}
            error={isAsked && place.longitude === null ? say('place.longitudeWrong') : undefined}
          >
            {(control) => (
              <TextInput
                {...control}
                dir="ltr"
                inputMode="decimal"
                value={longitude}
                onChange={({ target }) => setLongitude(target.value)}
              />
            )}
          </Field>
        </div>
        <Button type="submit" kind="main">
          {say('place.send')}
        </Button>
      </form>
    </Dialog>
  )
}
