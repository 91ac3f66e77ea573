import { type JsonBody } from '../json-values.js';
import { bodyOf } from '../store-answer.js';
import type { StoreTransport } from '../store-transport.js';
import { faultOf } from './aws-answer.js';
import type { AwsCredentialSource } from './aws-credentials.js';
import { signedHeaders } from './signature-v4.js';

/** Services that speak JSON, with the beginning of the names of their operations. */
const TARGETS = { secretsmanager: 'secretsmanager', ssm: 'AmazonSSM' } as const;

export type AwsService = keyof typeof TARGETS;

export interface AwsClientOptions {
  readonly transport: Pick<StoreTransport, 'send'>;
  /** URL of the transport, whose host is signed. Its path is `/`. */
  readonly url: URL;
  readonly region: string;
  readonly service: AwsService;
  readonly credentials: AwsCredentialSource;
  /** Time of day: AWS refuses a signature that is more than 5 minutes off. */
  readonly nowMs: () => number;
}

/**
 * Calls of one JSON service of AWS.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export class AwsClient {
  readonly #options: AwsClientOptions;

  constructor(options: AwsClientOptions) {
    this.#options = options;
  }

  /** Returns the output of an operation. Throws OutboundFault; AwsFault if AWS refuses it. */
  async call(operation: string, input: object, signal: AbortSignal): Promise<JsonBody> {
    const { transport, url, region, service, credentials, nowMs } = this.#options;
    const key = await credentials.credentials(signal);
    const body = Buffer.from(JSON.stringify(input), 'utf8');
    const plain = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${TARGETS[service]}.${operation}`,
    };
    const request = { method: 'POST', url: new URL('/', url), headers: plain, body };
    const headers = signedHeaders(request, { region, service, nowMs: nowMs() }, key);
    const answer = await transport.send({ method: 'POST', path: '/', headers, body }, signal);
    if (answer.status === 200) return bodyOf(answer);
    const fault = faultOf(answer);
    if (fault.reason === 'StoreDenied') credentials.drop();
    throw fault;
  }
}
