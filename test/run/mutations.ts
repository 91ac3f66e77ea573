import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runStep } from './step.js';

const COUNT = 10;
const SCRIPT = ['--import', './test/ts-hooks.mjs', 'scripts/mutations/main.ts'] as const;

/** Runs the seeded mutations in a checkout of their own; returns which tests noticed each. */
export async function runMutations(): Promise<string> {
  const parent = mkdtempSync(join(tmpdir(), 'sallyport-mutations-'));
  const checkout = join(parent, 'checkout');
  execFileSync('git', ['worktree', 'add', '--detach', checkout], { stdio: 'ignore' });
  try {
    symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'));
    return await runStep([process.execPath, ...SCRIPT, `--count=${COUNT}`], checkout);
  } finally {
    execFileSync('git', ['worktree', 'remove', '--force', checkout]);
    rmSync(parent, { recursive: true, force: true });
  }
}
