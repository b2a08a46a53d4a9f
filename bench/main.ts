import { runBench } from './cli/program.ts';

process.exitCode = await runBench(process.argv.slice(2), {
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
});
