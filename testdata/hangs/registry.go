// What is in cases/, by name. Written by whoever builds: scripts/score.mts and the test of the corpus.

package main

import (
	"example.com/hangs/cases/abba"
	"example.com/hangs/cases/errorpath"
	"example.com/hangs/cases/tablewait"
)

var cases = map[string]func(){
	"abba":      abba.Run,
	"errorpath": errorpath.Run,
	"tablewait": tablewait.Run,
}
