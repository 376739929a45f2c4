"""The station's side of its receivers: who they are, what each is to play, what each did."""
