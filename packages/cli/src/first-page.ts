import { type Command, Help, type HelpConfiguration } from 'commander'

const isFirstPage = (command: Command): boolean => command.parent === null
const usual = new Help()

/** Help whose first page fits a screen: commands by their names alone, and no options that every command line has. */
export const helpPages = (styleTitle: (title: string) => string): HelpConfiguration => ({
  styleTitle,
  subcommandTerm: (command) => command.name(),
  visibleOptions: (command) => (isFirstPage(command) ? [] : usual.visibleOptions(command)),
  visibleCommands: (command) =>
    usual.visibleCommands(command).filter((one) => !isFirstPage(command) || one.name() !== 'help'),
})
