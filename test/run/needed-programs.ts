import { delimiter } from 'node:path';
import { debianFolders } from '../postgres/postgres-binaries.js';
import { programPath } from '../services/programs.js';

/** A program that the tests start, and where it comes from. */
export interface NeededProgram {
  readonly name: string;
  /** Of Debian and Ubuntu; absent where their version is too old for the tests. */
  readonly aptPackage?: string;
  /** Where it is to be had without such a package. */
  readonly from?: string;
}

/** What the tests start and the npm packages do not bring. */
export const neededPrograms: readonly NeededProgram[] = [
  { name: 'initdb', aptPackage: 'postgresql' },
  { name: 'pgbouncer', aptPackage: 'pgbouncer' },
  { name: 'mariadbd', aptPackage: 'mariadb-server' },
  { name: 'redis-server', aptPackage: 'redis-server' },
  { name: 'chromium', aptPackage: 'chromium' },
  { name: 'strace', aptPackage: 'strace' },
  { name: 'jq', aptPackage: 'jq' },
  { name: 'curl', aptPackage: 'curl' },
  { name: 'zsh', aptPackage: 'zsh' },
  { name: 'fish', aptPackage: 'fish' },
  { name: 'openssl', aptPackage: 'openssl' },
  { name: 'ssh-keygen', aptPackage: 'openssh-client' },
  { name: 'python3', aptPackage: 'python3' },
  { name: 'pip3', aptPackage: 'python3-pip' },
  { name: 'go', from: 'https://go.dev/dl/ (1.26 or later)' },
];

/** Programs that only `npm run test:long` starts: the Java page and Java's generator. */
export const programsOfLongRuns: readonly NeededProgram[] = [
  { name: 'javac', aptPackage: 'default-jdk-headless' },
  { name: 'mvn', aptPackage: 'maven' },
];

/** Those of a list that neither the PATH nor the folders of Debian have. */
export function missingPrograms(
  programs: readonly NeededProgram[],
  path = process.env['PATH'] ?? '',
): readonly NeededProgram[] {
  const everywhere = [path, ...debianFolders()].join(delimiter);
  return programs.filter(({ name }) => programPath(name, everywhere) === undefined);
}

/** How to get all that is missing with one command; undefined where some has no package. */
export function installCommand(
  missing: readonly NeededProgram[],
): readonly [string, ...string[]] | undefined {
  const packages = missing.map(({ aptPackage }) => aptPackage);
  if (packages.includes(undefined)) return undefined;
  return ['apt-get', 'install', '-y', '--no-install-recommends', ...packages.map(String)];
}

/** One message for whoever has to install them. */
export function missingMessage(missing: readonly NeededProgram[]): string {
  const width = Math.max(...missing.map(({ name }) => name.length));
  const lines = missing.map(({ name, aptPackage, from }) => {
    const place = aptPackage === undefined ? from : `package ${aptPackage} of Debian and Ubuntu`;
    return `  ${name.padEnd(width)}  ${place}`;
  });
  const command = installCommand(missing.filter(({ aptPackage }) => aptPackage !== undefined));
  const isCommand = command !== undefined && missing.some(({ aptPackage }) => aptPackage);
  return [
    'The tests start programs that are not on this machine:',
    ...lines,
    ...(isCommand ? [`As root: ${command.join(' ')}`] : []),
    'Where root runs `npm run test:full` on Debian or Ubuntu, it installs the packages itself.',
    '`npm test` needs none of these programs.',
  ].join('\n');
}
