package parser

import "fmt"

// errTooLong is a text beyond the limit of its format.
func errTooLong(format string, limit int) error {
	return fmt.Errorf("%s text is longer than %d MB", format, limit>>20)
}
