import { type FormEvent, type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { usePerson } from '../person-scope.tsx'
import { latinDigits } from './latin-digits.ts'
import type { AttachDialogProps } from './place-dialog.tsx'
import { attachWords } from './words.ts'

const FEWEST = 3
const MOST = 20
const LONGEST_NAME = 100

const digits = (phone: string): number => latinDigits(phone).replace(/\D/g, '').length

export function ContactDialog({ conversationId, onClose }: AttachDialogProps): ReactNode {
  const say = useWords(attachWords)
  const { sender } = usePerson()
  const [name, setName] = useState('')
  const [phone, setPhone] = useState('')
  const [isAsked, setAsked] = useState(false)
  const isWrong = digits(phone) < FEWEST || digits(phone) > MOST

  const send = (event: FormEvent): void => {
    event.preventDefault()
    setAsked(true)
    if (isWrong) return
    const bare = name.trim()
    sender.send(conversationId, { contact: { phone: phone.trim(), ...(bare !== '' && { name: bare }) } })
    onClose()
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={say('person.title')}>
      <form onSubmit={send} className="grid gap-4" noValidate>
        <Field label={say('person.name')}>
          {(control) => (
            <TextInput
              {...control}
              maxLength={LONGEST_NAME}
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <Field label={say('person.phone')} error={isAsked && isWrong ? say('person.phoneWrong') : undefined}>
          {(control) => (
            <TextInput
              {...control}
              dir="ltr"
              type="tel"
              autoComplete="tel"
              value={phone}
              onChange={({ target }) => setPhone(target.value)}
            />
          )}
        </Field>
        <Button type="submit" kind="main">
          {say('person.send')}
        </Button>
      </form>
    </Dialog>
  )
}
