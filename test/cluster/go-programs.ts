import { createHash } from 'node:crypto';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { builtOnce, cacheDir } from './built-once.js';
import { GoCommandError, runGo } from './go-toolchain.js';

/** Programs of Kubernetes that one `go.mod` names, and that are built together. */
export interface GoPrograms {
  readonly moduleDir: string;
  /** The module whose version is theirs; default: `k8s.io/kubernetes`. */
  readonly versionOf?: string;
  /** Begins the name of their folder in the cache. */
  readonly name: string;
  /** As it is said to who waits for them. */
  readonly title: string;
  readonly duration: string;
  readonly packages: readonly string[];
  /** From the name that `go build` gives a program, after the last folder of its package. */
  readonly renamed?: Readonly<Record<string, string>>;
}

interface Build {
  readonly programs: GoPrograms;
  readonly version: string;
  readonly goVersion: string;
  readonly folder: string;
  readonly flags: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

const buildTimeoutMs = 60 * 60_000;
const checkTimeoutMs = 5 * 60_000;
const progressMs = 30_000;

/**
 * The folder of the programs, built from their `go.mod` on first use and kept outside the checkout.
 * Rejects with the reason and the remedy if they cannot be built; several processes may call it.
 */
export async function ensureGoPrograms(
  programs: GoPrograms,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const build = await planBuild(programs, environment);
  await builtOnce(build.folder, (unfinished) =>
    explained(build, () => buildInto(unfinished, build)),
  );
  return build.folder;
}

/** The folder that programs are in once they are built. */
export async function plannedFolder(
  programs: GoPrograms,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  return (await planBuild(programs, environment)).folder;
}

async function planBuild(programs: GoPrograms, environment: NodeJS.ProcessEnv): Promise<Build> {
  const goMod = await readFile(join(programs.moduleDir, 'go.mod'), 'utf8');
  const goSum = await readFile(join(programs.moduleDir, 'go.sum'), 'utf8');
  const captured = (pattern: RegExp): string => {
    const value = pattern.exec(goMod)?.[1];
    if (value === undefined)
      throw new Error(`${programs.moduleDir}/go.mod: no line like ${pattern}`);
    return value;
  };
  const version = captured(versionLine(programs.versionOf ?? 'k8s.io/kubernetes'));
  const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', linkFlags(version)];
  const hash = createHash('sha256')
    .update(JSON.stringify([goMod, goSum, flags, ...(await sourcesOf(programs.moduleDir))]))
    .digest('hex');
  const machine = `${process.platform}-${process.arch}`;
  return {
    programs,
    version,
    goVersion: captured(/^go (\S+)/m),
    folder: join(
      cacheDir(environment),
      [programs.name, version, machine, hash.slice(0, 12)].join('-'),
    ),
    flags,
    environment,
  };
}

function versionLine(module: string): RegExp {
  return new RegExp(String.raw`^\t${module.replaceAll('.', String.raw`\.`)} (v\S+)`, 'm');
}

/** Of a program of ours; there are none where a module only names programs of others. */
async function sourcesOf(moduleDir: string): Promise<readonly string[]> {
  const names = (await readdir(moduleDir)).filter((name) => name.endsWith('.go')).toSorted();
  return Promise.all(names.map((name) => readFile(join(moduleDir, name), 'utf8')));
}

/** What Kubernetes' own build sets; without it all its programs call themselves v0.0.0-master. */
function linkFlags(version: string): string {
  const [major, minor] = version.slice(1).split('.');
  const facts = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const settings = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap(
    (variables) => Object.entries(facts).map(([key, value]) => `-X ${variables}.${key}=${value}`),
  );
  return ['-s', '-w', ...settings].join(' ');
}

async function buildInto(unfinished: string, build: Build): Promise<void> {
  const { moduleDir, packages, renamed = {} } = build.programs;
  const run = { moduleDir, environment: build.environment };
  await runGo(['list', '-m'], { ...run, timeoutMs: checkTimeoutMs });
  const endProgress = reportProgress(build);
  try {
    const goArguments = ['build', ...build.flags, '-o', `${unfinished}/`, ...packages];
    await runGo(goArguments, { ...run, timeoutMs: buildTimeoutMs });
    for (const [built, name] of Object.entries(renamed)) {
      await rename(join(unfinished, built), join(unfinished, name));
    }
  } finally {
    endProgress();
  }
}

function reportProgress({ programs, version, folder }: Build): () => void {
  const startedAt = Date.now();
  const report = (what: string): void => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    process.stderr.write(`test cluster: ${what} (${seconds} s)\n`);
  };
  const titled = `${programs.title} ${version}`;
  report(`building ${titled} into ${folder}; once, ${programs.duration} on two cores`);
  const timer = setInterval(() => report(`still building ${titled}`), progressMs);
  return () => {
    clearInterval(timer);
    report('build ended');
  };
}

async function explained(build: Build, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GoCommandError)) throw error;
    const lines = [
      `Cannot build ${build.programs.title} ${build.version} for the tests: ${error.message}.`,
      ...(error.output === '' ? [] : [error.output.trimEnd()]),
      `Needed, once: Go ${build.goVersion} or newer on PATH (https://go.dev/dl/) and a Go module`,
      `proxy (\`go env GOPROXY\`). The result is kept in ${build.folder}`,
      'and can be copied there from another machine. Then run the same command again.',
    ];
    throw new Error(lines.join('\n'), { cause: error });
  }
}
