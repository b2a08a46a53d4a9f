import { runProgram } from './program.ts';

process.exitCode = runProgram(process.argv.slice(2), {
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
});
