import { describe, expect, it } from 'vitest';
import { DataFolder, userNames } from '../../../../src/app/sandbox/data-folder.js';
import { type Welcomed, welcome } from '../../../../src/app/sandbox/welcome.js';

function textOf(given: Partial<Welcomed> = {}): string {
  return welcome({
    folder: new DataFolder('.sallyport'),
    users: userNames,
    isKubectlReady: true,
    urls: ['http://127.0.0.1:8420', 'https://127.0.0.1:8443'],
    healthUrl: 'http://127.0.0.1:8421',
    ...given,
  });
}

const callsOf = (text: string) =>
  text.match(/^ {2}curl -fsS -H @\.sallyport\/headers\/[a-z]+ .*$/gm) ?? [];

describe('what a start prints', () => {
  it('names the listeners, the tokens and the way to the sandbox', () => {
    const text = textOf();
    expect(text).toContain('http://127.0.0.1:8420/v1  https://127.0.0.1:8443/v1');
    expect(text).toContain('http://127.0.0.1:8421/readyz');
    expect(text).toContain('.sallyport/tokens/NAME');
    expect(text).toContain('kubectl --kubeconfig .sallyport/sandbox.kubeconfig');
  });

  it('names the way for kubectl through the gateway, where there is one', () => {
    const line = /^kubectl +kubectl --kubeconfig \.sallyport\/kubeconfig get secrets\n/m;
    expect(textOf()).toMatch(line);
    expect(textOf({ isKubectlReady: false })).not.toMatch(/^kubectl/m);
  });

  it('names the way for the command line, with a token of the first user', () => {
    const login = './sallyport login --address http://127.0.0.1:8420 --token-file';
    expect(textOf()).toContain(`\nCLI        ${login} .sallyport/tokens/admin\n`);
    expect(textOf({ users: ['reader'] })).toContain(`${login} .sallyport/tokens/reader\n`);
    const folder = new DataFolder("it's here");
    expect(textOf({ folder })).toContain(String.raw`${login} 'it'\''s here/tokens/admin'`);
  });

  it('has three calls to type', () => {
    expect(callsOf(textOf())).toHaveLength(3);
  });

  it('has calls that a shell takes as they are, whatever the folder is called', () => {
    const text = textOf({ folder: new DataFolder("it's here") });
    expect(text).toContain(String.raw`-H @'it'\''s here/headers/admin' `);
  });
});

describe('users who were deleted', () => {
  it('are not named, and no call is theirs', () => {
    const text = textOf({ users: ['admin', 'nobody'] });
    expect(text).toMatch(/^Users +admin, nobody$/m);
    expect(callsOf(text)).toEqual([expect.stringContaining('/headers/admin ')]);
    expect(text).not.toContain('see who did');
  });

  it('leave no call and no token where all are', () => {
    const text = textOf({ users: [] });
    expect(text).toMatch(/^Users +none any more$/m);
    expect(text).not.toMatch(/curl|Tokens|npx/);
  });
});

describe('the way to begin anew', () => {
  it('is short where nothing was said about the folder', () => {
    expect(textOf()).toContain(
      '\nCtrl-C ends it; npm start -- --reset begins with an empty one.\n',
    );
  });

  it('names the folder and the file of this start', () => {
    expect(textOf({ folder: new DataFolder("it's here"), file: 'my.yaml' })).toContain(
      String.raw`; SALLYPORT_DATA_DIR='it'\''s here' npm start -- --config my.yaml --reset begins`,
    );
  });
});
