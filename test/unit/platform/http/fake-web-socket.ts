import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

/** As much of a WebSocket as a connection uses. */
export class FakeWebSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly protocol = 'graphql-transport-ws';
  readonly sent: string[] = [];
  readonly ping = vi.fn();
  readonly pause = vi.fn();
  readonly resume = vi.fn();
  readonly close = vi.fn(() => (this.readyState = 2));
  readonly terminate = vi.fn(() => {
    this.readyState = 3;
    this.emit('close');
  });

  send(text: string): void {
    this.sent.push(text);
  }
}
