import type { Config } from '../../platform/config/config.schema.js';
import type { KubeConfigSource } from '../../kubernetes/kube-config-source.js';
import { adminKubeconfig } from '@sallyport/kube-sandbox';
import type { RunningSandbox, SandboxSettings } from '@sallyport/kube-sandbox';
import { DataDirLock } from '../../platform/storage/data-dir-lock.js';
import { prepareDataDir } from '../../platform/storage/prepare-data-dir.js';
import { writePrivateFile } from './private-files.js';
import { admissionModules } from './admission/admission-modules.js';
import { DataFolder, type UserName } from './data-folder.js';
import { refuseClusterFolder } from './folder-owner.js';
import { furnish } from './furnish.js';
import { GatewayKubeconfig } from './gateway-kubeconfig.js';
import { resetDataFolder } from './reset.js';
import { sandboxSource } from './sandbox-source.js';
import { keepServerCertificate } from './server-certificate.js';
import { UserFiles } from './user-files.js';

export interface OpenedSandbox {
  readonly folder: DataFolder;
  /** Connection of the gateway to the sandbox. */
  readonly source: KubeConfigSource;
  /** Resolves if the sandbox ends without a call of `stop`. */
  readonly ended: Promise<Error>;
  /** Users that still exist; each user has a token file and a header file. */
  users(): readonly UserName[];
  /** Writes the kubeconfig of the gateway at these URLs; resolves to whether a file was written. */
  writeKubeconfig(urls: readonly string[]): Promise<boolean>;
  /**
   * Renews tokens and certificates that are due; resolves to whether the certificate was renewed.
   */
  keepUp(): Promise<boolean>;
  stop(): Promise<void>;
}

export interface OpenOptions {
  /** Whether the sandbox starts empty. */
  readonly isReset: boolean;
  readonly start: (settings: SandboxSettings) => Promise<RunningSandbox>;
}

/**
 * Starts a sandbox with all objects that the gateway and the users need, and writes their files to
 * the data folder, which the sandbox locks. Throws with one sentence if the start fails.
 */
export async function openSandbox(
  config: Config,
  { isReset, start }: OpenOptions,
): Promise<OpenedSandbox> {
  const folder = new DataFolder(config.dataDir);
  prepareDataDir(folder.path);
  if (isReset) resetDataFolder(folder);
  refuseClusterFolder(folder);
  prepareDataDir(folder.sandbox);
  const lock = DataDirLock.take(folder.sandbox, folder.path);
  try {
    const sandbox = await start({
      dataDir: folder.sandbox,
      port: config.kubernetes.sandboxPort,
      admission: admissionModules,
    });
    try {
      return await furnished({ config, folder, lock, sandbox });
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Parts {
  readonly config: Config;
  readonly folder: DataFolder;
  readonly lock: DataDirLock;
  readonly sandbox: RunningSandbox;
}

async function furnished({ config, folder, lock, sandbox }: Parts): Promise<OpenedSandbox> {
  const { access, audience } = config.kubernetes;
  // In passthrough the gateway forwards the caller's token, so the audience is the API server.
  const audiences = access === 'passthrough' ? [] : [audience];
  const users = new UserFiles(folder, sandbox, audiences);
  const isCertificateMade = config.listen.tls?.cert === folder.server.cert;
  const kubeconfig = new GatewayKubeconfig(folder, config);
  const keepUp = async (): Promise<boolean> => {
    await users.renew();
    const isRenewed = isCertificateMade && (await keepServerCertificate(folder));
    if (isRenewed) await kubeconfig.write(users.known());
    return isRenewed;
  };
  await furnish(sandbox);
  await keepUp();
  writePrivateFile(folder.sandboxKubeconfig, adminKubeconfig(sandbox));
  return {
    folder,
    source: sandboxSource(sandbox),
    ended: sandbox.ended,
    users: () => users.known(),
    writeKubeconfig(urls) {
      kubeconfig.gatewayAt(urls);
      return kubeconfig.write(users.known());
    },
    keepUp,
    async stop() {
      await sandbox.stop();
      lock.release();
    },
  };
}
