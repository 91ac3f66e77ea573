import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const INSTALL_MS_MAX = 15 * 60_000;
/** https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

/** Whether this user may install packages here. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * Runs a command of `installCommand`. Servers that come with a package stay down: the tests start
 * their own. Throws where apt-get fails; what apt-get says is shown.
 */
export function install(command: readonly [string, ...string[]]): void {
  const isPolicyOurs = !existsSync(SERVICE_POLICY);
  if (isPolicyOurs) writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    run(['apt-get', 'update']);
    run(command);
  } finally {
    if (isPolicyOurs) rmSync(SERVICE_POLICY, { force: true });
  }
}

function run([program, ...args]: readonly [string, ...string[]]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync(program, args, { env, stdio: 'inherit', timeout: INSTALL_MS_MAX });
  if (status !== 0) throw new Error(`\`${[program, ...args].join(' ')}\` failed`);
}
