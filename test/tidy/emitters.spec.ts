import { describe, expect, it } from 'vitest';
import { unheardEmitters } from './emitters.js';
import { filesBelow } from './source-files.js';

/** Files that create emitters whose listener is attached elsewhere, and where. */
const elsewhere = new Map([
  [
    'src/platform/http/web-socket-handshake.ts',
    'has no server of its own whose errors it would pass on',
  ],
]);

const found = (text: string) => unheardEmitters({ path: 'a.ts', text });

describe('an emitter that may fail has a listener from its first moment', () => {
  const files = filesBelow(['src', 'packages/client/src', 'packages/kube-sandbox/src'], /\.ts$/);

  it('in every file of the source, but for those that are listened to elsewhere', () => {
    const unheard = files.flatMap((file) => unheardEmitters(file));
    const pathOf = (place: string): string => place.replace(/:\d+$/, '');
    expect(unheard.filter((place) => !elsewhere.has(pathOf(place)))).toEqual([]);
    const excepted = new Set(unheard.map(pathOf));
    expect([...elsewhere.keys()].filter((path) => !excepted.has(path))).toEqual([]);
  });

  it('also where one stream is piped into another: by pipeline', () => {
    const piped = files.filter(({ text }) => /\.pipe\(/.test(text)).map(({ path }) => path);
    expect(piped).toEqual([]);
  });
});

describe('the scan for emitters', () => {
  const listened = `import { connect } from 'node:net';
    function dial() { const socket = connect(1); socket.on('error', end); }`;

  it('finds none that is listened to', () => {
    expect(found(listened)).toEqual([]);
    expect(found(listened.replace("socket.on('error'", "socket.on('a', b).on('error'"))).toEqual(
      [],
    );
  });

  it.each([
    ['without a listener', listened.replace("'error'", "'close'")],
    ['with one for the first error alone', listened.replace('.on(', '.once(')],
    ['with one to another emitter', listened.replace('socket.on', 'other.on')],
    ['with one after something was awaited', listened.replace('; socket', '; await x; socket')],
    ['with one in a function that may never run', listened.replace('; socket', '; () => socket')],
    [
      'under another name',
      "import { connect as dial } from 'node:net'; function a() { const b = dial(1); }",
    ],
    [
      'by a choice of two',
      "import { request } from 'node:http'; function a() { const b = (c ? request : d)(1); }",
    ],
    [
      'of a module that is loaded later',
      "async function a() { const { createPool } = await import('mysql2'); const b = createPool(); }",
    ],
    ['of a driver', 'function a(pg) { const b = new pg.Pool(); }'],
    [
      'by a function that returns it',
      "import { connect } from 'node:net'; function a() { return connect(1); } function b() { a(); }",
    ],
    [
      'that another file would have to listen to',
      "import { connect } from 'node:net'; export function a() { return connect(1); }",
    ],
  ])('finds one %s', (_, text) => {
    expect(found(text)).toEqual([expect.stringMatching(/^a\.ts:\d$/)]);
  });
});
