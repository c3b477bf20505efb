/** Signs that our own texts are written with, and one of ASCII that takes the same cell. */
const signs: { readonly [sign: string]: string } = {
  '…': '~',
  '·': '-',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '«': '<',
  '»': '>',
  '×': 'x',
  '←': '<',
  '→': '>',
  '↑': '^',
  '↓': 'v',
  '✓': 'v',
  '✗': 'x',
  '▲': '!',
  '◆': '+',
  '○': 'o',
};
const any = new RegExp(`[${Object.keys(signs).join('')}]`, 'g');

/**
 * Text for terminals that show no more than ASCII, each cell where it was. Letters of other scripts are names that somebody chose: they stay.
 */
export const inAscii = (text: string): string => text.replace(any, (sign) => signs[sign] ?? sign);
