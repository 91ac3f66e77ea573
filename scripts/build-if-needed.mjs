// Does what `npm run build` does where `dist` is missing or older than what it is made of: before
// `npm start`.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const sandbox = join(root, 'packages', 'kube-sandbox');
const client = join(root, 'packages', 'client');
const threads = join(root, 'scripts', 'bundle-threads.ts');
const programs = join(root, 'scripts', 'bundle-programs.ts');

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

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

function compileSandbox() {
  return run(compiler, '-p', sandbox) || run(threads, join(sandbox, 'src'), join(sandbox, 'dist'));
}

function compileClient() {
  return run(compiler, '-p', client);
}

function compileGateway() {
  const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const output = join(root, 'dist');
  return run(nest, 'build') || run(threads, join(root, 'src'), output) || run(programs, output);
}

const sources = [root, sandbox, client].map((folder) => join(folder, 'src'));
const changedAt = Math.max(...sources.map(newestOf));
if (changedAt > timeOf(join(root, 'dist', 'main.js'))) {
  console.error('building what npm start runs, once after a change: about 20 seconds …');
  process.exitCode = compileSandbox() || compileClient() || compileGateway();
}
