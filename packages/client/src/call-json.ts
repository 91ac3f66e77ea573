import { type Received, received } from './received.js';
import { type ApiRequest, type Transport, readJson } from './transport.js';

/** Sends a request whose response is JSON of this type. */
export function callJson<T>(transport: Transport, request: ApiRequest): Promise<Received<T>> {
  return transport.send(request, async (opened) =>
    received(opened.response, await readJson<T>(opened)),
  );
}
