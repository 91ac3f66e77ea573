// Runs the compiled sandbox and tells how much memory the process has.
import { readFileSync } from 'node:fs';

const [, , dataDir, program] = process.argv;

process.on('message', async (question) => {
  if (question === 'memory') {
    // What a collection would free is nobody's memory.
    globalThis.gc?.();
    process.send({ residentMib: residentMib() });
    return;
  }
  const { startSandbox } = await import(program);
  const { url, caCertificate, adminCertificate, adminKey } = await startSandbox({
    dataDir,
    port: 0,
  });
  process.send({ facts: { url, caCertificate, adminCertificate, adminKey } });
});

function residentMib() {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kib) / 1024;
}
