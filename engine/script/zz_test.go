package script
import ("testing")
func BenchmarkNewVM(b *testing.B){ for b.Loop(){ v:=newVM(); watch.remove(v)} }
