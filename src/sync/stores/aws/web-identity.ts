import { SecretValue } from '../../../core/secret-value.js';
import { syncLimits } from '../../../core/sync-limits.js';
import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import type { StoreTransport } from '../store-transport.js';
import { faultOf } from './aws-answer.js';
import type { AwsCredentials, AwsCredentialSource } from './aws-credentials.js';
import { xmlText } from './xml-text.js';

export interface WebIdentityOptions {
  /** Transport to the token service (STS), which has a host of its own. */
  readonly transport: Pick<StoreTransport, 'send'>;
  readonly roleArn: string;
  /** Name of the session in AWS' own trail: 2 to 64 letters, digits and `_+=,.@-`. */
  readonly sessionName: string;
  /** Returns a short-lived token of the ServiceAccount that AWS shall see. */
  readonly identity: (signal: AbortSignal) => Promise<SecretValue>;
  readonly nowMs: () => number;
}

/**
 * Keys of a role of AWS for a ServiceAccount. Each is kept in memory alone, for a part of its
 * lifetime.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export class WebIdentity implements AwsCredentialSource {
  readonly #options: WebIdentityOptions;
  #credentials: Promise<AwsCredentials> | undefined;
  #usedUntilMs = 0;

  constructor(options: WebIdentityOptions) {
    this.#options = options;
  }

  credentials(signal: AbortSignal): Promise<AwsCredentials> {
    const { nowMs } = this.#options;
    if (this.#credentials === undefined || nowMs() >= this.#usedUntilMs) {
      // From the request on, by our own clock: the lifetime is the one that is asked for.
      const lifetimeMs = syncLimits.roleSessionSeconds * 1_000;
      this.#usedUntilMs = nowMs() + lifetimeMs * syncLimits.tokenUsedShare;
      const exchanged = this.#exchange(signal);
      this.#credentials = exchanged;
      // A failed exchange is repeated by the next call.
      exchanged.catch(() => {
        if (this.#credentials === exchanged) this.drop();
      });
    }
    return this.#credentials;
  }

  drop(): void {
    this.#credentials = undefined;
  }

  async #exchange(signal: AbortSignal): Promise<AwsCredentials> {
    const { transport, roleArn, sessionName, identity } = this.#options;
    const token = (await identity(signal)).revealText();
    const form = new URLSearchParams({
      ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15' },
      ...{ RoleArn: roleArn, RoleSessionName: sessionName, WebIdentityToken: token ?? '' },
      DurationSeconds: String(syncLimits.roleSessionSeconds),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = Buffer.from(form.toString(), 'utf8');
    const answer = await transport.send({ method: 'POST', path: '/', headers, body }, signal);
    if (answer.status !== 200) throw refusalOf(answer);
    const credentials = credentialsIn(answer);
    if (credentials !== undefined) return credentials;
    throw new RemoteFault('TargetFailed', 'the store does not answer as a token service of AWS');
  }
}

/** Returns the failure of an exchange: a token or a role that is refused is 400. */
function refusalOf(answer: HttpsAnswer): RemoteFault {
  const fault = faultOf(answer);
  if (fault.reason !== 'StoreRefused') return fault;
  return new RemoteFault('StoreDenied', 'AWS refuses the token of the ServiceAccount');
}

function credentialsIn({ body }: HttpsAnswer): AwsCredentials | undefined {
  const xml = body?.toString('utf8') ?? '';
  if (!/^(<\?xml [^<>]{0,100}\?>)?\s*<AssumeRoleWithWebIdentityResponse[ >]/.test(xml)) return;
  const accessKeyId = xmlText(xml, 'AccessKeyId', '[A-Z0-9]{16,128}');
  const secretKey = xmlText(xml, 'SecretAccessKey', '[A-Za-z0-9/+=]{16,256}');
  const token = xmlText(xml, 'SessionToken', '[A-Za-z0-9/+=]{16,8192}');
  if (accessKeyId === undefined || secretKey === undefined || token === undefined) return;
  const secretAccessKey = SecretValue.ofKeptText(secretKey);
  return { accessKeyId, secretAccessKey, sessionToken: SecretValue.ofKeptText(token) };
}
