import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { withBuildLock } from './build-lock.js';
import { GoCommandError, runGo } from './go-toolchain.js';

export interface Binaries {
  readonly etcd: string;
  readonly kubeApiServer: string;
  readonly kubectl: string;
}

interface Build {
  readonly version: string;
  readonly goVersion: string;
  readonly folder: string;
  readonly flags: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

const moduleDir = import.meta.dirname;
const packages = [
  'go.etcd.io/etcd/server/v3',
  'k8s.io/kubernetes/cmd/kube-apiserver',
  'k8s.io/kubernetes/cmd/kubectl',
] as const;
const buildTimeoutMs = 60 * 60_000;
const checkTimeoutMs = 5 * 60_000;
const progressMs = 30_000;

/**
 * The programs a cluster needs, built from `go.mod` on first use and kept outside the checkout.
 * Rejects with the reason and the remedy if they cannot be built; several processes may call it.
 */
export async function ensureBinaries(environment = process.env): Promise<Binaries> {
  const build = await planBuild(environment);
  if (!(await exists(build.folder))) {
    await mkdir(cacheDir(environment), { recursive: true });
    await withBuildLock(`${build.folder}.lock`, async () => {
      if (!(await exists(build.folder))) await explained(build, () => buildInto(build));
    });
  }
  return {
    etcd: join(build.folder, 'etcd'),
    kubeApiServer: join(build.folder, 'kube-apiserver'),
    kubectl: join(build.folder, 'kubectl'),
  };
}

async function planBuild(environment: NodeJS.ProcessEnv): Promise<Build> {
  const goMod = await readFile(join(moduleDir, 'go.mod'), 'utf8');
  const goSum = await readFile(join(moduleDir, 'go.sum'), 'utf8');
  const version = captured(goMod, /^\tk8s\.io\/kubernetes (v\S+)/m);
  const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', linkFlags(version)];
  const hash = createHash('sha256')
    .update(JSON.stringify([goMod, goSum, flags]))
    .digest('hex');
  const name = `kubernetes-${version}-${process.platform}-${process.arch}-${hash.slice(0, 12)}`;
  return {
    version,
    goVersion: captured(goMod, /^go (\S+)/m),
    folder: join(cacheDir(environment), name),
    flags,
    environment,
  };
}

/** What Kubernetes' own build sets; without it both programs call themselves v0.0.0-master. */
function linkFlags(version: string): string {
  const [major, minor] = version.slice(1).split('.');
  const facts = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const settings = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap(
    (variables) => Object.entries(facts).map(([key, value]) => `-X ${variables}.${key}=${value}`),
  );
  return ['-s', '-w', ...settings].join(' ');
}

/** Where built binaries are kept from one checkout to the next. */
export function cacheDir(environment: NodeJS.ProcessEnv): string {
  const { SALLYPORT_TEST_CACHE: ours, XDG_CACHE_HOME: shared } = environment;
  return resolve(ours || join(shared || join(homedir(), '.cache'), 'sallyport'));
}

async function buildInto(build: Build): Promise<void> {
  const run = { moduleDir, environment: build.environment };
  await runGo(['list', '-m'], { ...run, timeoutMs: checkTimeoutMs });
  const unfinished = await mkdtemp(`${build.folder}.building-`);
  const endProgress = reportProgress(build);
  try {
    const goArguments = ['build', ...build.flags, '-o', `${unfinished}/`, ...packages];
    await runGo(goArguments, { ...run, timeoutMs: buildTimeoutMs });
    // `go build` names a program after the last folder of its package.
    await rename(join(unfinished, 'server'), join(unfinished, 'etcd'));
    await publish(unfinished, build.folder);
  } finally {
    endProgress();
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function publish(unfinished: string, folder: string): Promise<void> {
  try {
    await rename(unfinished, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
  }
}

function reportProgress(build: Build): () => void {
  const startedAt = Date.now();
  const report = (what: string): void => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    process.stderr.write(`test cluster: ${what} (${seconds} s)\n`);
  };
  const programs = `etcd, kube-apiserver and kubectl ${build.version}`;
  report(`building ${programs} into ${build.folder}; once, 5 to 10 minutes on two cores`);
  const timer = setInterval(() => report(`still building ${programs}`), progressMs);
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
      `Cannot build Kubernetes ${build.version} for the tests: ${error.message}.`,
      ...(error.output === '' ? [] : [error.output.trimEnd()]),
      `Needed, once: Go ${build.goVersion} or newer on PATH (https://go.dev/dl/) and a Go module`,
      `proxy (\`go env GOPROXY\`). The result is kept in ${build.folder}`,
      'and can be copied there from another machine. Then run the same command again.',
    ];
    throw new Error(lines.join('\n'), { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function captured(text: string, pattern: RegExp): string {
  const value = pattern.exec(text)?.[1];
  if (value === undefined) throw new Error(`test/cluster/go.mod has no line like ${pattern}`);
  return value;
}
