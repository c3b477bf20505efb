/**
 * Makes text from AWS safe to show. Names, user agents and log lines are attacker-controlled; Ink removes cursor sequences but lets
 * colours, `\r`, `\b` and bidirectional overrides through, which can redraw or reorder a row. Variation selectors and joiners are spelled
 * out too: terminals disagree about their width. Marks that stand on a character are spelled out where they are piled up: they would be drawn over
 * the rows above and below.
 *
 * @returns The text with every control, format and invisible character spelled out: `\u{1b}`. Never holds a line break.
 */
export function display(untrusted: string): string {
  // Nearly every name is plain ASCII: one scan, no copy.
  if (/^[\x20-\x7e]*$/.test(untrusted)) return untrusted;
  return untrusted
    .toWellFormed()
    .replaceAll(
      /(?<=[\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Variation_Selector}\u{115f}\u{1160}\u{3164}\u{ffa0}\u{2800}]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    );
}
