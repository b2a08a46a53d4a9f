import { spawn } from 'node:child_process';
import { root } from '../setup/paths.mjs';

const forward = ['SIGINT', 'SIGTERM'];

/**
 * Runs a command with this terminal, hands signals on to it, and ends it after `deadline` ms. Resolves to its exit code, or to the
 * name of the signal that ended it, or to 'deadline'.
 */
export const child = (command, { env = {}, deadline } = {}) =>
  new Promise((resolve) => {
    const running = spawn(command[0], command.slice(1), { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });
    const handlers = forward.map((signal) => [signal, () => running.kill(signal)]);
    for (const [signal, handler] of handlers) process.on(signal, handler);
    let late = false;
    const end = () => {
      late = true;
      running.kill('SIGTERM');
      setTimeout(() => running.kill('SIGKILL'), 10_000).unref();
    };
    const timer = deadline === undefined ? undefined : setTimeout(end, deadline);
    running.on('exit', (code, signal) => {
      clearTimeout(timer);
      for (const [name, handler] of handlers) process.off(name, handler);
      resolve(late ? 'deadline' : (code ?? signal));
    });
  });
