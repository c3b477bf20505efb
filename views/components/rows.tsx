import { Box, Text } from 'ink';
import { memo } from 'react';
import type { Theme } from '../theme/theme.ts';

/** One screen row: a string of exactly the screen's width. */
const Row = memo(function Row({ text }: { readonly text: string }) {
  return <Text wrap="truncate">{text}</Text>;
});

/** The rows of the screen, top to bottom. Only rows whose text changed are laid out again. */
export function Rows({
  rows,
  width,
  theme,
}: {
  readonly rows: readonly string[];
  readonly width: number;
  readonly theme: Theme;
}) {
  return (
    <Box flexDirection="column" width={width} height={rows.length}>
      {rows.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={index} text={theme.row(text)} />
      ))}
    </Box>
  );
}
