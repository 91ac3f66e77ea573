const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const version = /(resourceVersion\\*"?: ?\\*"?|^ *Resource Version: +)(\d+)/gm;
const temporary = /((?:LIVE|MERGED|kubectl-edit)-)\d+/g;

/** What varies between two servers in any output of kubectl, and what stands for it. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [+-]\d{4}/g, '<file time>'],
  [/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g, '<jwt>'],
  [/X509SHA256=[0-9a-f]{64}/g, 'X509SHA256=<hash>'],
  // How kubectl ends a watch when its time is over is a race in kubectl.
  [/^[EWI]\d{4} .*\breflector\.go:\d+\].*\n/gm, ''],
  [/^([EWI])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /gm, '$1 '],
  // The width of a column is that of its widest cell.
  [/\bAGE +(?=\S)/g, 'AGE '],
  [/(?<= |^)(\d+[smhdy]){1,2} +(?=\S)/gm, '<age> '],
  [/(?<= )(\d+[smhdy]){1,2}$/gm, '<age>'],
];

/**
 * Replaces what must differ between two servers in text. Identifiers and versions become numbers of
 * first appearance, so that it still shows which ones are equal.
 */
export class TextNormaliser {
  readonly #masks: readonly (readonly [text: string, mask: string])[];
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, string>();

  constructor(masks: Readonly<Record<string, string>>) {
    this.#masks = Object.entries(masks);
  }

  text(text: string): string {
    const masked = this.#masks.reduce((so, [from, mask]) => so.replaceAll(from, mask), text);
    return varying
      .reduce((so, [from, mask]) => so.replace(from, mask), masked)
      .replace(uid, (found) => numbered(this.#uids, found, 'uid'))
      .replace(version, (_, label: string, found: string) => {
        return `${label}${numbered(this.#versions, found, 'version')}`;
      })
      .replace(temporary, '$1<random>');
  }
}

function numbered(known: Map<string, string>, text: string, name: string): string {
  const number = known.get(text) ?? `<${name} ${known.size + 1}>`;
  known.set(text, number);
  return number;
}
