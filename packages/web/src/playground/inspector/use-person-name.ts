import { useSurroundings } from '../../api/development/surroundings.ts'
import { useWords } from '../../i18n/use-words.ts'
import { inspectorWords } from './words.ts'

/** What people are called, by their host_id; a person who was deleted is somebody. */
export function usePersonName(): (hostId: string | null) => string {
  const say = useWords(inspectorWords)
  const { data } = useSurroundings()
  return (hostId) => {
    if (hostId === null) return say('somebody')
    return data?.people.find((person) => person.host_id === hostId)?.name ?? hostId
  }
}
