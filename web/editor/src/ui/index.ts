export { Button, type ButtonProps, IconButton, Kbd } from './Button';
export { Empty, SearchField, Segmented, Switch, SwitchRow, TextField, Tile } from './controls';
export { Icon } from './Icon';
export { ContextMenu, type Item, Menu } from './Menu';
export { Splitter } from './Splitter';
export { complain, toast } from './toast';
