import type { KnownKubectlDifference } from './known-kubectl-differences.js';

/** All that kubectl prints otherwise in front of the façade, on purpose. */
export const knownFacadeDifferences: readonly KnownKubectlDifference[] = [
  {
    id: 'virtual-resources',
    reason: 'The façade lists what rights of the gateway name, so that kubectl can ask for them.',
    command: /^kubectl api-(resources|versions)/,
    level: (output) =>
      output.replaceAll(/^.*\bsallyport\.dev\/.*\n/gm, '').replaceAll(/ {2,}/g, '  '),
  },
  {
    id: 'address-of-the-cluster',
    reason: 'No client uses the address that an API server says it has, and it goes on as it is.',
    command: /^kubectl get --raw \/api$/,
    level: (output) => output.replace(/"serverAddress":".*?"/, '"serverAddress":"<address>"'),
  },
  {
    id: 'reasons-of-the-gateway',
    reason: 'What the façade does not serve may not be done through it, and it says why.',
    command: /^kubectl auth can-i (?!--list)/,
    level: (output) => output.replace(/^no - .*$/m, 'no'),
  },
  {
    id: 'rights-that-are-served',
    reason:
      'The list has rights to what the façade serves, no keys, and says that there are others.',
    command: /^kubectl auth can-i --list/,
    level: (output) => servedRights(output),
  },
  {
    id: 'credentials-in-words',
    reason: 'Who comes without a valid credential is told what is needed.',
    command: /^kubectl .*--kubeconfig=garbage/,
    level: (output) =>
      output.replace('(Unauthorized: a valid bearer token is needed)', '(Unauthorized)'),
  },
];

/** A line for each right to Secrets and around them. */
function servedRights(output: string): string {
  return output
    .split('\n')
    .filter((line) => /^(secrets|namespaces|selfsubject)/.test(line))
    .map((line) => line.replaceAll(/ +/g, ' '))
    .toSorted()
    .join('\n');
}
