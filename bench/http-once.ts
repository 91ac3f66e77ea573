import { type Agent, request } from 'node:http';

export interface HttpCall {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly authorization?: string;
  readonly body?: object | undefined;
}

export interface HttpAnswer {
  readonly text: string;
  /** From the call to the last byte. */
  readonly tookMs: number;
}

/** One request to this machine; rejects on anything but 2xx. */
export function httpOnce(agent: Agent, call: HttpCall): Promise<HttpAnswer> {
  const { port, method, path, authorization, body } = call;
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(authorization !== undefined && { authorization }),
    ...(payload !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(payload),
    }),
  };
  const sentAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => {
        const status = answer.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve({ text, tookMs: performance.now() - sentAt });
        else reject(new Error(`${method} ${path} was answered with ${status}: ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}
