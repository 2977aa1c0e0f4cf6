// Package gate proves what stands between the system and the world: that each
// function may do what its policy says, and needs all of it. It runs the
// functions' tests as they are, and does not know what a function does.
package gate
