import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config/config.schema.js';

const HEADER = 'Sallyport-Mode';
const SANDBOX = 'sandbox';

/** What one mode adds to every answer of every listener. */
export interface ModeHeader {
  /** For `createServer`. */
  readonly serverOptions: { readonly ServerResponse?: typeof ServerResponse };
  /** For answers that are written by hand, each line with its end. */
  readonly rawLines: string;
}

/** Set where the response is made, so that no hook, route or early answer can miss it. */
class SandboxResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  constructor(...args: ConstructorParameters<typeof ServerResponse<Request>>) {
    super(...args);
    this.setHeader(HEADER, SANDBOX);
  }
}

/** `Sallyport-Mode: sandbox` in the sandbox, else nothing: nobody takes one for the other. */
export function modeHeader(mode: Config['kubernetes']['mode']): ModeHeader {
  if (mode !== SANDBOX) return { serverOptions: {}, rawLines: '' };
  return {
    serverOptions: { ServerResponse: SandboxResponse },
    rawLines: `${HEADER}: ${SANDBOX}\r\n`,
  };
}
