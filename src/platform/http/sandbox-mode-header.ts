import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config/config.schema.js';

const HEADER = 'Sallyport-Mode';
const SANDBOX = 'sandbox';

/** Header that a mode adds to every response of every listener. */
export interface ModeHeader {
  /** For `createServer`. */
  readonly serverOptions: { readonly ServerResponse?: typeof ServerResponse };
  /** For responses that are written by hand, each line with its end. */
  readonly rawLines: string;
}

/** Sets the header at creation, so that no hook, route or early response misses it. */
class SandboxResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  constructor(...args: ConstructorParameters<typeof ServerResponse<Request>>) {
    super(...args);
    this.setHeader(HEADER, SANDBOX);
  }
}

/** Returns `Sallyport-Mode: sandbox` in the sandbox, else nothing, to distinguish the modes. */
export function modeHeader(mode: Config['kubernetes']['mode']): ModeHeader {
  if (mode !== SANDBOX) return { serverOptions: {}, rawLines: '' };
  return {
    serverOptions: { ServerResponse: SandboxResponse },
    rawLines: `${HEADER}: ${SANDBOX}\r\n`,
  };
}
