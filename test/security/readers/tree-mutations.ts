import type { Random } from '../../conformance/scenarios/random.js';
import { type Member, type Tree, bare, treeOf } from './tree.js';

/** What a mutation may put in, beside what is there. */
export interface Material {
  /** A name that the caller may not use, and a key that is nowhere else. */
  readonly otherName: string;
  readonly hiddenKey: string;
}

const numbers = ['0', '-0', '1e2', '1E400', '9223372036854775808', '1.5', 'true', 'null', 'NaN'];
const directives: readonly Member[] = [
  ['$patch', treeOf('replace')],
  ['$patch', treeOf('delete')],
  ['$patch', treeOf('merge')],
  ['$retainKeys', treeOf(['metadata', 'kind', 'apiVersion'])],
  ['$retainKeys', treeOf(['a'])],
  ['$deleteFromPrimitiveList/finalizers', treeOf(['x'])],
  ['$setElementOrder/ownerReferences', treeOf([])],
];
const oddNames = [
  '',
  '*',
  '/',
  'a/b',
  '$x',
  '__proto__',
  'constructor',
  '<<',
  'data',
  'ſ',
  '\u0085',
];

/** The tree with one change somewhere, of a kind that readers may take differently. */
export function mutated(tree: Tree, material: Material, random: Random): Tree {
  const places = objectsOf(tree);
  const place = random.pick(places);
  return replaced(tree, place, changed(place, material, random));
}

type ObjectTree = Extract<Tree, { kind: 'object' }>;

function changed(place: ObjectTree, material: Material, random: Random): Tree {
  const { members } = place;
  const member = members.length > 0 ? random.pick(members) : (['x', bare('1')] as const);
  const [name, value] = member;
  const insert = (added: Member): Tree => {
    const at = random.below(members.length + 1);
    return { kind: 'object', members: members.toSpliced(at, 0, added) };
  };
  const instead = (other: Tree): Tree => {
    const at = members.indexOf(member);
    return at < 0 ? place : { kind: 'object', members: members.with(at, [name, other]) };
  };
  switch (random.below(10)) {
    case 0:
    case 1:
      return insert([name, duplicateOf(name, value, material, random)]);
    case 2:
      return insert([caseVariant(name, random), duplicateOf(name, value, material, random)]);
    case 3:
      return insert([random.pick(oddNames), treeOf('eA==')]);
    case 4:
    case 5:
      return insert(random.pick(directives));
    case 6:
      return instead(bare(random.pick(numbers)));
    case 7:
      return instead(random.pick([treeOf(null), treeOf([]), treeOf({}), treeOf('x')]));
    case 8:
      return insert(['stringData', treeOf({ [material.hiddenKey]: 'x' })]);
    default:
      return { kind: 'object', members: members.filter((one) => one !== member) };
  }
}

function duplicateOf(name: string, value: Tree, material: Material, random: Random): Tree {
  const others: Tree[] = [
    value,
    treeOf(null),
    treeOf({}),
    treeOf({ [material.hiddenKey]: 'aGlkZGVu' }),
    treeOf({ name: material.otherName }),
    treeOf(material.otherName),
  ];
  if (name === 'name') return treeOf(material.otherName);
  if (name === 'dryRun') return random.pick([treeOf(['All']), treeOf([]), treeOf(null)]);
  if (name === 'path' || name === 'from') {
    return treeOf(random.pick([`/data/${material.hiddenKey}`, '/data', '/data/old', 'x/data/old']));
  }
  return random.pick(others);
}

/** Go's own reader of JSON takes all of these for the same name; that of Kubernetes does not. */
function caseVariant(name: string, random: Random): string {
  const folded = name.replace('s', 'ſ').replace('k', '\u212a');
  const first = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return random.pick([name.toUpperCase(), first, folded, name.toLowerCase(), ` ${name}`]);
}

function objectsOf(tree: Tree): readonly ObjectTree[] {
  if (tree.kind === 'list') return tree.items.flatMap(objectsOf);
  if (tree.kind !== 'object') return [];
  return [tree, ...tree.members.flatMap(([, value]) => objectsOf(value))];
}

function replaced(tree: Tree, place: Tree, by: Tree): Tree {
  if (tree === place) return by;
  if (tree.kind === 'list') {
    return { kind: 'list', items: tree.items.map((item) => replaced(item, place, by)) };
  }
  if (tree.kind !== 'object') return tree;
  const members = tree.members.map(([name, of]) => [name, replaced(of, place, by)] as const);
  return { kind: 'object', members };
}
