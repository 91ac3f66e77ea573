import { readFile } from 'node:fs/promises';
import type { CallRunner } from '../calls/call-runner.service.js';
import type { CallContext } from '../core/call-context.js';
import { invalid, unavailable } from '../core/errors/sallyport-error.js';
import { kubeconfigText } from './domain/kubeconfig.js';
import type { GatewayAddress } from './gateway-address.js';

const NAME = 'sallyport';

export interface KubeconfigServiceDependencies {
  readonly calls: Pick<CallRunner, 'read'>;
  readonly address: Pick<GatewayAddress, 'url'>;
  /** Whether there is anything that a kubeconfig is good for. */
  readonly isEnabled: boolean;
  /** PEM file; clients have their own authorities if absent. */
  readonly certificateAuthority?: string | undefined;
}

/** How callers reach this gateway with kubectl. */
export class KubeconfigService {
  readonly #parts: KubeconfigServiceDependencies;

  constructor(parts: KubeconfigServiceDependencies) {
    this.#parts = parts;
  }

  /**
   * A kubeconfig that names a file with the caller's token. Throws Invalid where kubectl is not let
   * in, or the gateway does not know how clients reach it.
   */
  kubeconfig(ctx: CallContext, tokenFile: string): Promise<string> {
    return this.#parts.calls.read(ctx, { action: 'access.review' }, async () => {
      const gateway = this.#gateway();
      const certificateAuthority = await this.#certificateAuthority();
      const users = [{ name: NAME, tokenFile }] as const;
      return kubeconfigText({ gateway, certificateAuthority, users });
    });
  }

  #gateway(): string {
    const { isEnabled, address } = this.#parts;
    if (!isEnabled) throw invalid([], 'this gateway lets no kubectl in: kubectl.enabled is false');
    if (address.url !== undefined) return address.url;
    throw invalid(
      [],
      'this gateway does not know under which https URL clients reach it: an operator sets ' +
        'kubectl.server',
    );
  }

  /** Read each time, because it is renewed with the certificate that it signs. */
  async #certificateAuthority(): Promise<string | undefined> {
    const { certificateAuthority: file } = this.#parts;
    if (file === undefined) return undefined;
    try {
      return await readFile(file, 'utf8');
    } catch (cause) {
      throw unavailable('the certificate authority for kubeconfigs cannot be read', { cause });
    }
  }
}
