#!/usr/bin/env node
// Checks Node.js before an import that older versions cannot read.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major !== 24 || minor < 21) {
  console.error(`kube-sandbox needs Node 24.21 or a later Node 24; this is ${process.version}`);
  process.exit(78);
}
// The compiled program: the source does not run by itself.
// oxlint-disable-next-line no-restricted-imports
await import('../dist/cli.js');
