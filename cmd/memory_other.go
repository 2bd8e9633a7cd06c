//go:build !linux

package cmd

// dropFilePages is for Linux; other systems do as they think best.
func dropFilePages() {}
