// Does what `npm run build` does where `dist` is missing or older than what it is made of: before
// `npm start`.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Math.max(
    ...entries.map(({ parentPath, name }) => timeOf(join(parentPath, name))),
    timeOf(join(root, 'package.json')),
  );
}

function run(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

if (newestOf(join(root, 'src')) > timeOf(join(root, 'dist', 'main.js'))) {
  console.error('building what npm start runs, once after a change: about 20 seconds …');
  const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const threads = join(root, 'scripts', 'bundle-threads.ts');
  process.exitCode = run(nest, 'build') || run(threads, 'dist');
}
