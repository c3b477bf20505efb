/** How colours are chosen: the terminal's 16, its first 8 without faint or bright, safe for the colour-blind, strong, or none. */
export const themeNames = ['default', 'basic', 'colour-blind', 'high-contrast', 'none'] as const;
export type ThemeName = (typeof themeNames)[number];

/** Colours that an account's name can stand on. */
export const accountColours = ['red', 'yellow', 'magenta', 'blue', 'cyan', 'green'] as const;
export type AccountColour = (typeof accountColours)[number];

/** How a new grave finding is told: the terminal's bell, or a desktop notification (OSC 9, OSC 777) besides. */
export const noticeKinds = ['off', 'bell', 'osc9', 'osc777'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** From which severity on a new finding is told, the gravest first. */
export const noticeSeverities = ['critical', 'high', 'medium', 'low'] as const;
export type NoticeSeverity = (typeof noticeSeverities)[number];

/** What the operator calls an account, and how it is to look. */
export interface AccountLook {
  readonly name?: string | undefined;
  readonly colour?: AccountColour | undefined;
  /** Its name stands on red, with the word beside it, whatever the theme. */
  readonly production?: boolean | undefined;
}

/** How the operator wants to see and hear the console. */
export interface ConsoleSettings {
  readonly theme: ThemeName;
  /** No box-drawing characters. */
  readonly ascii: boolean;
  /** Times in UTC, else in the machine's own zone. */
  readonly utc: boolean;
  /** Lines to be read aloud instead of a screen. */
  readonly screenReader: boolean;
  /** Whether the mouse is taken from the terminal from the start. */
  readonly mouse: boolean;
  /** Whether the terminal's title names the incident. */
  readonly title: boolean;
  readonly notify: NoticeKind;
  /** Findings of this severity and graver are told. */
  readonly notifyFrom: NoticeSeverity;
  /** Keys by the id of what they do, in place of the built-in ones. */
  readonly keys: { readonly [id: string]: readonly string[] };
  /** By account id. */
  readonly accounts: { readonly [account: string]: AccountLook };
  /** Filters by the name that they are called up by. */
  readonly filters: { readonly [name: string]: string };
}

/** What holds where nobody said otherwise. */
export const defaultSettings: ConsoleSettings = {
  theme: 'default',
  ascii: false,
  utc: true,
  screenReader: false,
  mouse: false,
  title: true,
  notify: 'bell',
  notifyFrom: 'high',
  keys: {},
  accounts: {},
  filters: {},
};
