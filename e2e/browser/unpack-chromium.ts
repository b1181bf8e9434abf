import chromium from '@sparticuz/chromium'

// Its package unpacks into the folder for temporary files, which whoever starts this names; prints the program's path.

chromium.setGraphicsMode = false
process.stdout.write(await chromium.executablePath())
