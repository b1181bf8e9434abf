process.stdout.write('charsu\n')
