import type { Gateway } from './gateway.js';
import type { Config } from '../platform/config/config.schema.js';
import { loadConfigForStart } from '../platform/config/config.js';
import { takenByNpm } from '../platform/config/env.js';
import { endAfter } from './end-process.js';
import { NoSandboxError, withoutSandbox } from './no-sandbox.js';
import { refuseSandboxFolder } from './sandbox/folder-owner.js';
import { scheduleRenewal } from './sandbox/schedule-renewal.js';
import { welcome } from './sandbox/welcome.js';
import {
  ArgumentError,
  type StartArguments,
  ownOptions,
  parseArguments,
  usage,
} from './start-arguments.js';
import { startFailure } from './start-failure.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { prepareDataDir } from '../platform/storage/prepare-data-dir.js';
import { version } from '../core/version.js';

const EXIT_FAILURE = 1;
/** EX_CONFIG of sysexits(3): no restart helps. */
const EXIT_CONFIGURATION = 78;

/**
 * Runs the gateway until SIGTERM or SIGINT; one clear sentence and exit code 1 if it cannot. With
 * `--help` or `--version` it only answers.
 */
export async function serve(args: readonly string[]): Promise<void> {
  let config: Config | undefined;
  try {
    const given = parseArguments(args, takenByNpm(ownOptions));
    if (given.asked !== undefined) {
      process.stdout.write(`${given.asked === 'help' ? usage : version}\n`);
      return;
    }
    config = loadConfigForStart(given.file === undefined ? {} : { file: given.file });
    await run(config, given);
  } catch (error) {
    console.error(startFailure(error, config));
    process.exit(error instanceof NoSandboxError ? EXIT_CONFIGURATION : EXIT_FAILURE);
  }
}

async function run(config: Config, given: StartArguments): Promise<void> {
  // The sandbox boots in its own thread while this one loads the gateway's code.
  const [sandbox, { createGateway }] = await Promise.all([
    sandboxOf(config, given),
    import('./gateway.js'),
  ]);
  let gateway: Gateway;
  let urls: readonly string[];
  let isKubectlReady = false;
  try {
    gateway = await createGateway(config, undefined, sandbox?.source);
    urls = await gateway.listen();
    if (sandbox) isKubectlReady = await sandbox.writeKubeconfig(urls);
  } catch (error) {
    await sandbox?.stop();
    throw error;
  }
  const healthUrl = await gateway.health.getUrl();
  let isStopping = false;
  const stop = (reason: string, exitCode: number): void => {
    if (isStopping) return;
    isStopping = true;
    gateway.app.get(AppLogger).stopping(reason);
    const stopped = gateway.stop().then(() => sandbox?.stop());
    void endAfter(stopped, exitCode);
  };
  // A second signal must not end it half-way: npm sends a Ctrl-C on once more.
  process.on('SIGTERM', (signal) => stop(signal, 0));
  process.on('SIGINT', (signal) => stop(signal, 0));
  for (const url of urls) console.error(`listening on ${url}`);
  console.error(`health on ${healthUrl}`);
  if (!sandbox) return;
  console.error(`sandbox on ${sandbox.source.server}`);
  scheduleRenewal(sandbox, gateway);
  void sandbox.ended.then((error) => {
    if (!isStopping) console.error(`the sandbox has ended: ${error.message}`);
    stop('the sandbox has ended', EXIT_FAILURE);
  });
  const { folder } = sandbox;
  const users = sandbox.users();
  console.error(welcome({ folder, users, isKubectlReady, urls, healthUrl, file: given.file }));
}

/** Undefined in front of a cluster, where none of its code is loaded. */
async function sandboxOf(config: Config, { isReset }: StartArguments) {
  const { dataDir, kubernetes } = config;
  if (kubernetes.mode !== 'sandbox') {
    if (isReset)
      throw new ArgumentError('--reset clears a sandbox, but kubernetes.mode is another');
    prepareDataDir(dataDir);
    refuseSandboxFolder(dataDir);
    return undefined;
  }
  const [{ openSandbox }, { startSandbox }] = await Promise.all([
    import('./sandbox/open-sandbox.js'),
    import('@sallyport/kube-sandbox'),
  ]).catch((error: unknown) => {
    throw withoutSandbox(error);
  });
  const onFault = (message: string): void => {
    console.error(`the sandbox has met a fault of its own: ${message}`);
  };
  return openSandbox(config, { isReset, start: (settings) => startSandbox(settings, onFault) });
}
